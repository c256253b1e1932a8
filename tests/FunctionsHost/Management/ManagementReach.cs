namespace ControlPlane.FunctionsHost.Management;

/// <summary>Whether the handler can call the management API, and how that fails when it cannot.</summary>
public enum ManagementReach
{
    /// <summary>It can.</summary>
    Open,

    /// <summary>Easy Auth or a wrong key: 401.</summary>
    Unauthorized,

    /// <summary>Access restrictions: 403.</summary>
    Forbidden,

    /// <summary>Easy Auth sends callers to a login page: 302.</summary>
    LoginPage,

    /// <summary>The connection is made and nothing comes back.</summary>
    Hangs,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Nobody listens where the binding says.</summary>
    Refused,
}
