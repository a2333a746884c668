using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Gateway.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Gateway.Requests;

/// <summary>Writes <c>x-forwarded-client-cert</c> as Envoy does: who the caller has proved to be, for those behind the gateway.</summary>
internal static class ClientCertificateHeader
{
    private const string Name = "x-forwarded-client-cert";

    public static void Apply(HttpContext context, GatewayConnection connection, ClientCertificateForwarding forwarding)
    {
        var headers = context.Request.Headers;
        var certificate = connection.ClientCertificate;
        switch (forwarding)
        {
            case ClientCertificateForwarding.AlwaysForwardOnly:
            case ClientCertificateForwarding.ForwardOnly when certificate is not null:
                break;
            case ClientCertificateForwarding.AppendForward when certificate is not null:
                headers[Name] = StringValues.IsNullOrEmpty(headers[Name]) ? Describe(certificate) : $"{headers[Name]},{Describe(certificate)}";
                break;
            case ClientCertificateForwarding.SanitizeSet when certificate is not null:
                headers[Name] = Describe(certificate);
                break;
            default:
                headers.Remove(Name);
                break;
        }
    }

    private static string Describe(X509Certificate2 certificate)
    {
        var text = new StringBuilder("Hash=").Append(certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant());
        text.Append(";Cert=\"").Append(Uri.EscapeDataString(certificate.ExportCertificatePem() + "\n")).Append('"');
        text.Append(";Subject=\"").Append(certificate.Subject.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        foreach (var name in SubjectAltNames.Read(certificate))
        {
            if (name.Kind is SubjectAltNameKind.Uri or SubjectAltNameKind.Dns)
            {
                text.Append(name.Kind is SubjectAltNameKind.Uri ? ";URI=" : ";DNS=").Append(Quote(name.Value));
            }
        }

        return text.ToString();
    }

    private static string Quote(string value) => value.AsSpan().IndexOfAny(",;=\"") < 0 ? value : $"\"{value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
