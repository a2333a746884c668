using System.Globalization;
using Google.Protobuf.Collections;
using Mesh.Config.Istio.Mesh;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Validation.Telemetry;
using Provider = Mesh.Config.Istio.Mesh.ExtensionProvider.ProviderOneofCase;

namespace Mesh.Config.Validation.MeshConfiguration;

/// <summary>
/// Providers of authorization, traces and logs. Warnings only, as istiod, which goes on with the others: the policies of a provider that cannot be used
/// deny.
/// </summary>
internal static class ExtensionProviderRules
{
    public static void Check(FieldScope scope, RepeatedField<ExtensionProvider> providers)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("extensionProviders", providers, (item, provider) =>
        {
            Warn(item.Field("name"), provider.Name.Length > 0 && names.Add(provider.Name), $"\"{provider.Name}\" must be a name that no other provider has; of several the first is used");
            Check(item, provider);
        });
    }

    private static void Check(FieldScope scope, ExtensionProvider provider)
    {
        switch (provider.ProviderCase)
        {
            case Provider.EnvoyExtAuthzHttp:
                var http = scope.Field("envoyExtAuthzHttp");
                Service(http, provider.EnvoyExtAuthzHttp.Service, provider.EnvoyExtAuthzHttp.Port);
                Status(http.Field("statusOnError"), provider.EnvoyExtAuthzHttp.StatusOnError);
                Warn(http.Field("pathPrefix"), provider.EnvoyExtAuthzHttp.PathPrefix is "" or ['/', ..], $"\"{provider.EnvoyExtAuthzHttp.PathPrefix}\" must begin with /");
                break;
            case Provider.EnvoyExtAuthzGrpc:
                Service(scope.Field("envoyExtAuthzGrpc"), provider.EnvoyExtAuthzGrpc.Service, provider.EnvoyExtAuthzGrpc.Port);
                Status(scope.Field("envoyExtAuthzGrpc.statusOnError"), provider.EnvoyExtAuthzGrpc.StatusOnError);
                break;
            case Provider.Opentelemetry:
                var collector = scope.Field("opentelemetry");
                Service(collector, provider.Opentelemetry.Service, provider.Opentelemetry.Port);
                Warn(collector, provider.Opentelemetry.Http is null || provider.Opentelemetry.Grpc is null, "use http or grpc, not both");
                break;
            case Provider.Zipkin:
                Service(scope.Field("zipkin"), provider.Zipkin.Service, provider.Zipkin.Port);
                break;
            case Provider.EnvoyOtelAls:
                var records = scope.Field("envoyOtelAls");
                Service(records, provider.EnvoyOtelAls.Service, provider.EnvoyOtelAls.Port);
                LogFormatRules.Check(records.Field("logFormat.text"), provider.EnvoyOtelAls.LogFormat?.Text ?? "");
                LogFormatRules.Check(records.Field("logFormat.labels"), provider.EnvoyOtelAls.LogFormat?.Labels);
                break;
            case Provider.EnvoyFileAccessLog:
                var lines = scope.Field("envoyFileAccessLog.logFormat");
                LogFormatRules.Check(lines.Field("text"), provider.EnvoyFileAccessLog.LogFormat?.Text ?? "");
                LogFormatRules.Check(lines.Field("labels"), provider.EnvoyFileAccessLog.LogFormat?.Labels);
                break;
            default:
                Others(scope, provider);
                break;
        }
    }

    private static void Others(FieldScope scope, ExtensionProvider provider)
    {
        foreach (var (field, service) in new[]
        {
            ("datadog", provider.Datadog), ("skywalking", provider.Skywalking), ("envoyHttpAls", provider.EnvoyHttpAls), ("envoyTcpAls", provider.EnvoyTcpAls),
        })
        {
            if (service is not null)
            {
                Service(scope.Field(field), service.Service, service.Port);
            }
        }
    }

    private static void Service(FieldScope scope, string service, uint port)
    {
        Warn(scope.Field("port"), port is >= 1 and <= 65535, $"port must be between 1 and 65535, found {port}");
        var parts = service.Split('/', 2);
        var isSound = parts.Length == 2
            ? (parts[0] is "*" or "." || DnsNames.IsLabel(parts[0])) && parts[1].Contains('.', StringComparison.Ordinal) && DnsNames.IsWildcardDomain(parts[1])
            : DnsNames.IsFqdn(service) || Addresses.IsIp(service);
        Warn(scope.Field("service"), isSound, $"\"{service}\" must be host or namespace/host");
    }

    private static void Status(FieldScope scope, string status) => Warn(
        scope,
        status.Length == 0 || (int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 511),
        $"\"{status}\" is no HTTP status");

    private static void Warn(FieldScope scope, bool condition, string message)
    {
        if (!condition)
        {
            scope.Warning(message);
        }
    }
}
