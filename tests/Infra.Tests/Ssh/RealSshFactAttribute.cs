namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>A test that needs OpenSSH itself. Where that is missing, it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealSshFactAttribute : FactAttribute
{
    public RealSshFactAttribute(bool needsServer = true)
    {
        Skip = needsServer ? Missing("ssh", "ssh-keygen", "/usr/sbin/sshd") ?? LockedAccount() : Missing("ssh");
    }

    private static string? Missing(params string[] programs) =>
        programs.FirstOrDefault(program => !IsThere(program)) is { } missing ? $"{Path.GetFileName(missing)} is not installed (Debian: openssh-client, openssh-server)" : null;

    private static bool IsThere(string program) => program.StartsWith('/')
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>sshd without PAM lets nobody in whose password begins with an exclamation mark; source: sshd(8), section on locked accounts.</summary>
    private static string? LockedAccount()
    {
        try
        {
            var isLocked = File.ReadLines("/etc/shadow").Any(line => line.StartsWith($"{Environment.UserName}:!", StringComparison.Ordinal));
            return isLocked ? $"the account {Environment.UserName} is locked, so sshd lets it not in" : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
