using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.References;
using Listener = Mesh.Config.Kubernetes.GatewayApi.Listener;
using TlsMode = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSmode;

namespace Mesh.ControlPlane.Conversion.Gateways;

/// <summary>Turns the TLS of a listener into that of a server.</summary>
/// <param name="objects">Has the Secrets.</param>
/// <param name="grants">Allow those of other namespaces.</param>
/// <param name="gateway">Whose listeners they are.</param>
internal sealed class ListenerTls(GatewayApiObjects objects, ReferenceGrants grants, ApiObject<GatewaySpec> gateway)
{
    /// <summary>istiod's: the mode of ends of TLS that the Gateway API has no word for.</summary>
    private const string ModeOption = "gateway.istio.io/tls-terminate-mode";

    private const int MostCertificates = 2;
    private const string SecretScheme = "kubernetes-gateway://";

    private readonly FrontendValidation _clients = new(objects, grants, gateway);

    /// <summary>Null settings when the listener has none; a problem with settings that hold is one of some of its certificates.</summary>
    public (ServerTLSSettings? Settings, ConversionProblem? Problem, bool IsUsable) Of(Listener listener)
    {
        if (listener.Tls is not { } tls)
        {
            return listener.Protocol is "HTTPS" or "TLS" ? (null, new ConversionProblem("InvalidCertificateRef", "tls is required"), false) : (null, null, true);
        }

        if (tls.Mode == "Passthrough")
        {
            return (new ServerTLSSettings { Mode = TlsMode.Passthrough }, null, true);
        }

        var settings = new ServerTLSSettings { Mode = ModeOf(tls) };
        if (settings.Mode == TlsMode.IstioMutual)
        {
            return (settings, null, true);
        }

        var problem = AddCertificates(settings, tls);
        if (settings.CredentialName.Length == 0 && settings.CredentialNames.Count == 0)
        {
            return (settings, problem ?? new ConversionProblem("InvalidCertificateRef", "certificateRefs names no certificate"), false);
        }

        var clients = listener.Protocol == "HTTPS" ? _clients.Apply(settings, listener.Port) : null;
        return (settings, ConversionProblem.Join(problem, clients), clients is null);
    }

    private static TlsMode ModeOf(ListenerTLSConfig tls) => tls.Options.TryGetValue(ModeOption, out var mode)
        ? mode switch
        {
            "MUTUAL" => TlsMode.Mutual,
            "OPTIONAL_MUTUAL" => TlsMode.OptionalMutual,
            "ISTIO_MUTUAL" => TlsMode.IstioMutual,
            _ => TlsMode.Simple,
        }
        : TlsMode.Simple;

    private ConversionProblem? AddCertificates(ServerTLSSettings settings, ListenerTLSConfig tls)
    {
        if (tls.CertificateRefs.Count > MostCertificates)
        {
            return new ConversionProblem("InvalidCertificateRef", $"expected at most {MostCertificates} certificates, one RSA and one ECDSA, got {tls.CertificateRefs.Count}");
        }

        ConversionProblem? problem = null;
        var names = new List<string>();
        foreach (var reference in tls.CertificateRefs)
        {
            var @namespace = reference.Namespace.Length > 0 ? reference.Namespace : gateway.Namespace;
            if (Check(reference, @namespace) is { } bad)
            {
                problem = ConversionProblem.Join(problem, bad);
                continue;
            }

            names.Add($"{SecretScheme}{@namespace}/{reference.Name}");
        }

        if (names.Count == 1)
        {
            settings.CredentialName = names[0];
        }
        else
        {
            settings.CredentialNames.Add(names);
        }

        return problem;
    }

    private ConversionProblem? Check(SecretObjectReference reference, string @namespace)
    {
        if (reference.Group.Length > 0 || reference.Kind != "Secret")
        {
            return new ConversionProblem("InvalidCertificateRef", $"certificateRef {reference.Name}: group \"{reference.Group}\" kind \"{reference.Kind}\" is not supported; use a Secret");
        }

        if (!grants.Allow((ResourceKinds.GatewayApiGroup, "Gateway", gateway.Namespace), ResourceKinds.CoreGroup, "Secret", @namespace, reference.Name))
        {
            return new ConversionProblem(
                "RefNotPermitted", $"certificateRef {@namespace}/{reference.Name} is not accessible to a Gateway in namespace {gateway.Namespace}: a ReferenceGrant in {@namespace} must allow it");
        }

        return objects.FindSecret(@namespace, reference.Name) is not { } secret
            ? new ConversionProblem("InvalidCertificateRef", $"the Secret {@namespace}/{reference.Name} was not found")
            : IsKeyPair(secret) ? null : new ConversionProblem("InvalidCertificateRef", $"the Secret {@namespace}/{reference.Name} has no certificate with its key as PEM in tls.crt and tls.key");
    }

    private static bool IsKeyPair(Secret secret)
    {
        if ((Read(secret, "tls.crt") ?? Read(secret, "cert")) is not { } certificate || (Read(secret, "tls.key") ?? Read(secret, "key")) is not { } key)
        {
            return false;
        }

        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, key);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static string? Read(Secret secret, string key) =>
        secret.StringData.TryGetValue(key, out var text) ? text : secret.Data.TryGetValue(key, out var data) ? data.ToStringUtf8() : null;
}
