using Mesh.Config.Istio.Networking;
using static Mesh.Config.Istio.Networking.ClientTLSSettings.Types;

namespace Mesh.Config.Validation.DestinationRules;

/// <summary>TLS of a client towards a service.</summary>
internal static class ClientTlsRules
{
    private const string ConfigMap = "configmap://";

    public static void Check(FieldScope scope, ClientTLSSettings? tls, string ns)
    {
        if (tls is null)
        {
            return;
        }

        var hasCredential = tls.CredentialName.Length > 0;
        if (tls.Mode == TLSmode.Mutual && !hasCredential)
        {
            scope.Field("clientCertificate").Require(tls.ClientCertificate.Length > 0, "MUTUAL needs a client certificate, or a credentialName");
            scope.Field("privateKey").Require(tls.PrivateKey.Length > 0, "MUTUAL needs a private key, or a credentialName");
        }

        if (hasCredential && tls.Mode is TLSmode.Simple or TLSmode.Mutual)
        {
            Credential(scope, tls, ns);
        }

        if (tls.InsecureSkipVerify == true && tls.Mode is TLSmode.Simple or TLSmode.Mutual)
        {
            Unverified(scope, tls);
        }
    }

    private static void Credential(FieldScope scope, ClientTLSSettings tls, string ns)
    {
        const string Rule = "credentialName brings all certificates; remove one of the two";
        scope.Field("clientCertificate").Require(tls.ClientCertificate.Length == 0, Rule);
        scope.Field("privateKey").Require(tls.PrivateKey.Length == 0, Rule);
        scope.Field("caCertificates").Require(tls.CaCertificates.Length == 0, Rule);
        scope.Field("caCrl").Require(tls.CaCrl.Length == 0, Rule);
        if (tls.CredentialName.StartsWith(ConfigMap, StringComparison.Ordinal))
        {
            var reference = tls.CredentialName[ConfigMap.Length..].Split('/');
            scope.Field("credentialName").Require(
                reference.Length == 1 || (reference.Length == 2 && reference[0] == ns),
                $"the ConfigMap must be in the namespace {ns}");
        }
    }

    private static void Unverified(FieldScope scope, ClientTLSSettings tls)
    {
        const string Rule = "insecureSkipVerify verifies nothing; remove it or this";
        scope.Field("caCertificates").Require(tls.CaCertificates.Length == 0, Rule);
        scope.Field("subjectAltNames").Require(tls.SubjectAltNames.Count == 0, Rule);
        scope.Field("credentialName").Require(tls.Mode == TLSmode.Mutual || tls.CredentialName.Length == 0, Rule);
    }
}
