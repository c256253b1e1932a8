using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Signs reports, with a key that is derived from the control plane's secret: every process of it has the same.</summary>
internal sealed class ReportSigner(byte[] secret)
{
    private readonly Lazy<ECDsa> _key = new(() => Derive(secret));

    public SignedReport Sign(UpgradeReport report)
    {
        var text = JsonSerializer.Serialize(report, ControlPlaneJson.Default.UpgradeReport);
        var signature = _key.Value.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new SignedReport(text, "ecdsa-p256-sha256", _key.Value.ExportSubjectPublicKeyInfoPem(), Convert.ToBase64String(signature));
    }

    /// <summary>Nearly every 32 bytes are a private key of the curve; those few that are not are passed over.</summary>
    private static ECDsa Derive(byte[] secret)
    {
        if (secret.Length == 0)
            return ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (var attempt = 0; ; attempt++)
        {
            var scalar = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"report signing key {attempt}"));
            try
            {
                return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            }
            catch (CryptographicException) when (attempt < 3)
            {
                // Zero, or not below the order of the curve.
            }
        }
    }
}
