using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Gateways;

/// <summary>Gateways whose credential is missing, no certificate, or out of date (IST0101, IST0161).</summary>
internal sealed class GatewaySecretAnalyzer : IAnalyzer
{
    public string Name => "gateway.SecretAnalyzer";

    public string Description => "Checks a gateway's referenced secrets for correctness";

    public void Analyze(AnalysisContext context)
    {
        foreach (var resource in context.All(KindNames.Gateway))
        {
            var gateway = resource.Spec<Gateway>();
            var selector = new LabelSelector(gateway.Selector);

            // Secrets are looked for where the workloads are, which is not where the Gateway is.
            if (context.Snapshot.Pods.Select(selector).FirstOrDefault() is not { Namespace.Length: > 0 } pod)
            {
                context.ReportAt(selector.LineIn(resource, "spec.selector"), Messages.ReferencedResourceNotFound, resource, "selector", selector.ToString());
                continue;
            }

            for (var index = 0; index < gateway.Servers.Count; index++)
            {
                if (gateway.Servers[index].Tls?.CredentialName is { Length: > 0 } credential)
                {
                    Check(context, resource, index, credential, pod.Namespace);
                }
            }
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource resource, int index, string credential, string ns)
    {
        var line = resource.LineOf($"spec.servers[{index}].tls.credentialName");
        var secret = context.Snapshot.Find(KindNames.Secret, ns, credential);
        if (secret is null)
        {
            context.ReportAt(line, Messages.ReferencedResourceNotFound, resource, "credentialName", credential);
        }
        else if (!IsValid(secret.Document, context.Clock.GetUtcNow()))
        {
            context.ReportAt(line, Messages.InvalidGatewayCredential, resource, resource.Name, ns);
        }
    }

    private static bool IsValid(JsonElement secret, DateTimeOffset now)
    {
        var certificate = ValueOf(secret, "cert") is { Length: > 0 } generic && ValueOf(secret, "key").Length > 0 ? generic
            : ValueOf(secret, "tls.crt") is { Length: > 0 } tls && ValueOf(secret, "tls.key").Length > 0 ? tls
            : [];
        try
        {
            // Only the first block is looked at, as in istiod's own check.
            var text = Encoding.ASCII.GetString(certificate);
            if (!PemEncoding.TryFind(text, out var fields))
            {
                return false;
            }

            using var parsed = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text[fields.Base64Data]));
            return now >= parsed.NotBefore && now <= parsed.NotAfter;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private static byte[] ValueOf(JsonElement secret, string key)
    {
        var plain = secret.Field("stringData").Text(key);
        if (plain.Length > 0)
        {
            return Encoding.UTF8.GetBytes(plain);
        }

        var encoded = secret.Field("data").Text(key);
        var value = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, value, out var written) ? value[..written] : [];
    }
}
