using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>TLS of a whole Gateway: its certificate towards backends, and how its clients are verified.</summary>
internal static class FrontendTlsRules
{
    private const int MostPorts = 64;
    private const int MostRoots = 8;

    public static void Check(FieldScope scope, GatewayTLSConfig? tls)
    {
        if (tls?.Backend?.ClientCertificateRef is { } certificate)
        {
            ReferenceRules.Secret(scope.Field("backend.clientCertificateRef"), certificate);
        }

        if (tls?.Frontend is not { } frontend)
        {
            return;
        }

        var field = scope.Field("frontend");
        field.Field("default").Require(frontend.Default is not null, "it is required; {} verifies no clients");
        Validation(field.Field("default.validation"), frontend.Default?.Validation);
        ValueRules.Count(field.Field("perPort"), frontend.PerPort.Count, 0, MostPorts);
        var ports = new HashSet<int>();
        field.Each("perPort", frontend.PerPort, (item, port) =>
        {
            ValueRules.Port(item.Field("port"), port.Port);
            item.Field("port").Require(ports.Add(port.Port), "port for TLS configuration must be unique within the Gateway");
            item.Field("tls").Require(port.Tls is not null, "it is required; {} verifies no clients");
            Validation(item.Field("tls.validation"), port.Tls?.Validation);
        });
    }

    private static void Validation(FieldScope scope, FrontendTLSValidation? validation)
    {
        if (validation is null)
        {
            return;
        }

        ValueRules.Count(scope.Field("caCertificateRefs"), validation.CaCertificateRefs.Count, 1, MostRoots);
        ValueRules.OneOf(scope.Field("mode"), validation.Mode, "AllowValidOnly", "AllowInsecureFallback");
        scope.Each("caCertificateRefs", validation.CaCertificateRefs, static (item, root) =>
            ReferenceRules.Object(item, root.HasGroup ? root.Group : null, root.Kind, root.Name, root.HasNamespace ? root.Namespace : null));
    }
}
