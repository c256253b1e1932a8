using ControlPlane.Functions.Hosting;

namespace ControlPlane.Functions.Tests.Hosting;

public sealed class SecretKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-key-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "secret.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void OfFolder_New_MakesOneThatOnlyItsOwnerReads()
    {
        var key = SecretKey.OfFolder(_folder.FullName);

        Assert.Equal(32, key.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void OfFolder_Again_IsTheSame() => Assert.Equal(SecretKey.OfFolder(_folder.FullName), SecretKey.OfFolder(_folder.FullName));

    [Fact]
    public void OfFolder_OthersCanReadIt_IsRefused()
    {
        SecretKey.OfFolder(_folder.FullName);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("chmod 600", Assert.Throws<StartException>(() => SecretKey.OfFolder(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfFolder_Damaged_IsRefusedWithoutItsText()
    {
        File.WriteAllText(Path, "abc");
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var message = Assert.Throws<StartException>(() => SecretKey.OfFolder(_folder.FullName)).Message;

        Assert.Contains("64 hexadecimal digits", message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", message, StringComparison.Ordinal);
    }
}
