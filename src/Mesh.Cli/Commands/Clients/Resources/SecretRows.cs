using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>Secrets as rows: one for each certificate in them; keys never come this far.</summary>
internal static class SecretRows
{
    public static IEnumerable<JsonObject> Of(string name, JsonObject secret, DateTimeOffset now)
    {
        var (type, text) = secret["validationContext"] is JsonObject context
            ? ("CA", JsonText.Of(context, "trustedCa.inlineString"))
            : ("Cert Chain", JsonText.Of(secret, "tlsCertificate.certificateChain.inlineString"));
        var certificates = Read(text);
        if (certificates.Count == 0)
        {
            yield return new JsonObject { ["name"] = name, ["type"] = type, ["status"] = "NO CERTIFICATE", ["valid"] = "false" };
        }

        foreach (var certificate in certificates)
        {
            var isValid = certificate.NotBefore.ToUniversalTime() <= now && now < certificate.NotAfter.ToUniversalTime();
            yield return new JsonObject
            {
                ["name"] = name,
                ["type"] = type,
                ["status"] = "ACTIVE",
                ["valid"] = isValid ? "true" : "false",
                ["serial"] = certificate.SerialNumber.ToLowerInvariant(),
                ["notAfter"] = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["notBefore"] = certificate.NotBefore.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["subject"] = certificate.Subject,
            };
            certificate.Dispose();
        }
    }

    private static X509Certificate2Collection Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return [];
        }

        return certificates;
    }
}
