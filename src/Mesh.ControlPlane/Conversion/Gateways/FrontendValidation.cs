using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.References;
using TlsMode = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSmode;

namespace Mesh.ControlPlane.Conversion.Gateways;

/// <summary>Turns <c>spec.tls.frontend</c> of a Gateway into how a server verifies its clients.</summary>
internal sealed class FrontendValidation(GatewayApiObjects objects, ReferenceGrants grants, ApiObject<GatewaySpec> gateway)
{
    private const string ConfigMapScheme = "configmap://";
    private const string SecretScheme = "kubernetes-gateway://";

    /// <summary>Null when clients need no certificate, or their roots are found.</summary>
    public ConversionProblem? Apply(ServerTLSSettings settings, int port)
    {
        if (gateway.Spec.Tls?.Frontend is not { } frontend
            || (frontend.PerPort.FirstOrDefault(own => own.Port == port)?.Tls ?? frontend.Default)?.Validation is not { } validation)
        {
            return null;
        }

        // Without verified clients a listener must not open: the mode holds also where no roots are found.
        settings.Mode = TlsMode.Mutual;
        if (validation.Mode == "AllowInsecureFallback")
        {
            settings.Mode = TlsMode.OptionalMutual;
            settings.InsecureSkipVerify = true;
        }

        ConversionProblem? problem = null;
        foreach (var reference in validation.CaCertificateRefs)
        {
            var @namespace = reference.Namespace.Length > 0 ? reference.Namespace : gateway.Namespace;
            if (Check(reference, @namespace) is { } bad)
            {
                problem = ConversionProblem.Join(problem, bad);
                continue;
            }

            settings.CaCertCredentialName = $"{(reference.Kind == "ConfigMap" ? ConfigMapScheme : SecretScheme)}{@namespace}/{reference.Name}";
            return null;
        }

        return problem;
    }

    private ConversionProblem? Check(ObjectReference reference, string @namespace)
    {
        if (reference.Group.Length > 0 || reference.Kind is not ("ConfigMap" or "Secret"))
        {
            return new ConversionProblem("InvalidCACertificateKind", $"caCertificateRef {reference.Name}: group \"{reference.Group}\" kind \"{reference.Kind}\" is not supported; use a ConfigMap");
        }

        if (!grants.Allow((ResourceKinds.GatewayApiGroup, "Gateway", gateway.Namespace), ResourceKinds.CoreGroup, reference.Kind, @namespace, reference.Name))
        {
            return new ConversionProblem(
                "RefNotPermitted", $"caCertificateRef {@namespace}/{reference.Name} is not accessible to a Gateway in namespace {gateway.Namespace}: a ReferenceGrant in {@namespace} must allow it");
        }

        var isThere = reference.Kind == "ConfigMap"
            ? objects.FindRoots(@namespace, reference.Name)?.Contains("-----BEGIN CERTIFICATE", StringComparison.Ordinal) == true
            : objects.FindSecret(@namespace, reference.Name) is not null;
        return isThere ? null : new ConversionProblem("InvalidCACertificateRef", $"the {reference.Kind} {@namespace}/{reference.Name} has no roots in ca.crt");
    }
}
