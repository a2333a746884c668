using Google.Protobuf;
using Mesh.Config;
using Mesh.ControlPlane.Generation.Clusters;
using Mesh.ControlPlane.Generation.Gateways;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;
using CoreSecret = Mesh.Config.Kubernetes.Core.Secret;

namespace Mesh.ControlPlane.Generation.Secrets;

/// <summary>Makes certificates and roots from the Secrets of a client's own namespace: for gateways, and for workloads of which a DestinationRule says so, that have proved to be of that namespace (istiod).</summary>
internal static class Credentials
{
    private static readonly string[] CertificateKeys = ["cert", "tls.crt"];
    private static readonly string[] PrivateKeyKeys = ["key", "tls.key"];
    private static readonly string[] RootKeys = ["cacert", "ca.crt"];
    private static readonly string[] RevocationKeys = ["crl", "ca.crl"];

    public static Secret? Generate(GenerationContext context, string name)
    {
        // A stream that proves nothing gets no key: anybody could say to be the gateway.
        var isEntitled = context.Client.ServiceAccount is not null && (context.Client.IsGateway || SelectedCredentials.Contain(context, name));
        return !isEntitled ? null
            : name.EndsWith(CredentialName.RootsSuffix, StringComparison.Ordinal) ? Roots(context, name)
            : Certificate(context, name);
    }

    private static Secret? Certificate(GenerationContext context, string name) =>
        Find(context, name) is { } secret && Read(secret, CertificateKeys) is { } chain && Read(secret, PrivateKeyKeys) is { } key
            ? new Secret { Name = name, TlsCertificate = new TlsCertificate { CertificateChain = Data(chain), PrivateKey = Data(key) } }
            : null;

    /// <summary>Of a Secret of their own, else of the one with the certificate.</summary>
    private static Secret? Roots(GenerationContext context, string name)
    {
        var plain = name[..^CredentialName.RootsSuffix.Length];
        if (ConfigMapRoots.Find(context, plain) is { } map && IsAllowed(context, plain))
        {
            return new Secret { Name = name, ValidationContext = new CertificateValidationContext { TrustedCa = Data(ByteString.CopyFromUtf8(map)) } };
        }

        var secret = Find(context, name) is { } own && Read(own, RootKeys) is not null ? own : Find(context, plain);
        return secret is not null && Read(secret, RootKeys) is { } roots
            ? new Secret
            {
                Name = name,
                ValidationContext = new CertificateValidationContext
                {
                    TrustedCa = Data(roots),
                    Crl = Read(secret, RevocationKeys) is { } lists ? Data(lists) : null,
                },
            }
            : null;
    }

    private static CoreSecret? Find(GenerationContext context, string name) =>
        CredentialName.Parse(name) is { } secret && (secret.Namespace is null || secret.Namespace == context.Client.Namespace || IsAllowed(context, name))
            ? context.State.Config.Resources.GetValueOrDefault(new ResourceId(ResourceKinds.CoreGroup, "Secret", secret.Namespace ?? context.Client.Namespace, secret.Name))?.Spec as CoreSecret
            : null;

    // What a Gateway of the namespace refers to, by ReferenceGrant where it is another's.
    private static bool IsAllowed(GenerationContext context, string name) => context.Index.Converted.Credentials.Contains((context.Client.Namespace, name));

    private static ByteString? Read(CoreSecret secret, string[] keys)
    {
        foreach (var key in keys)
        {
            if (secret.StringData.TryGetValue(key, out var text) && text.Length > 0)
            {
                return ByteString.CopyFromUtf8(text);
            }

            if (secret.Data.TryGetValue(key, out var data) && !data.IsEmpty)
            {
                return data;
            }
        }

        return null;
    }

    private static DataSource Data(ByteString bytes) => new() { InlineBytes = bytes };
}
