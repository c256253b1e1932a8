using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Tests.Security;

/// <summary>A key of each role.</summary>
internal static class Keys
{
    public const string Reader = "reader-key-0123456789";
    public const string Operator = "operator-key-0123456789";
    public const string Admin = "admin-key-0123456789";

    public static KeyRing Ring => KeyRing.Parse([$"reader {Reader}", $"operator {Operator}", $"admin {Admin}"]);
}
