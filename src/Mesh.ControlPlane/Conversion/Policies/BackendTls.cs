using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using TlsMode = Mesh.Config.Istio.Networking.ClientTLSSettings.Types.TLSmode;

namespace Mesh.ControlPlane.Conversion.Policies;

/// <summary>Turns the validation of a BackendTLSPolicy into the TLS of a DestinationRule.</summary>
internal static class BackendTls
{
    /// <summary>istiod's: roots that stand in a ConfigMap.</summary>
    public const string ConfigMapScheme = "configmap://";

    /// <summary>istiod's: no roots at all, so that nobody is believed.</summary>
    public const string InvalidCredential = "invalid://";

    public static (ClientTLSSettings Settings, ConversionProblem? Problem) Translate(GatewayApiObjects objects, ApiObject<BackendTLSPolicySpec> policy)
    {
        var validation = policy.Spec.Validation;
        var names = validation.SubjectAltNames.Select(name => name.Type == "URI" ? name.Uri : name.Hostname).Where(name => name.Length > 0).ToArray();
        var settings = new ClientTLSSettings
        {
            Mode = TlsMode.Simple,
            Sni = validation.Hostname,

            // Without other names the one that is asked for is verified (specification).
            SubjectAltNames = { names.Length > 0 ? names : [validation.Hostname] },
        };
        if (validation.CaCertificateRefs.Count == 0)
        {
            // The operating system's roots, which are what a rule without others means.
            return (settings, null);
        }

        ConversionProblem? problem = null;
        foreach (var reference in validation.CaCertificateRefs)
        {
            if (Check(objects, policy, reference) is not { } bad)
            {
                settings.CredentialName = $"{ConfigMapScheme}{policy.Namespace}/{reference.Name}";
                return (settings, problem);
            }

            problem = ConversionProblem.Join(problem, bad);
        }

        settings.CredentialName = InvalidCredential;
        return (settings, problem);
    }

    private static ConversionProblem? Check(GatewayApiObjects objects, ApiObject<BackendTLSPolicySpec> policy, LocalObjectReference reference)
    {
        if (reference.Group.Length > 0 || reference.Kind != "ConfigMap")
        {
            return new ConversionProblem("InvalidKind", $"caCertificateRef {reference.Name}: group \"{reference.Group}\" kind \"{reference.Kind}\" is not supported; use a ConfigMap");
        }

        return objects.FindRoots(policy.Namespace, reference.Name)?.Contains("-----BEGIN CERTIFICATE", StringComparison.Ordinal) == true
            ? null
            : new ConversionProblem("InvalidCACertificateRef", $"the ConfigMap {policy.Namespace}/{reference.Name} has no roots in ca.crt");
    }
}
