using System.Collections.Immutable;
using System.Globalization;
using Mesh.ControlPlane.Generation.Naming;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Lists the authorities under which a client may call a service: gRPC compares them as they are, so each comes with and without its port.</summary>
internal static class VirtualHostDomains
{
    public static ImmutableArray<string> Of(GenerationContext context, ResolvedService service, int port) =>
    [
        .. NamesOf(context, service)
            .Concat(service.Service.Addresses.Where(address => !address.Contains('/', StringComparison.Ordinal)).Select(Bracket))
            .SelectMany(name => new[] { name, string.Create(CultureInfo.InvariantCulture, $"{name}:{port}") })
            .Distinct(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> NamesOf(GenerationContext context, ResolvedService service)
    {
        if (VirtualAddresses.Is(service.Host))
        {
            yield return Bracket(service.Host);
            yield break;
        }

        yield return service.Host;
        yield return service.Host + ".";

        var (name, @namespace) = (service.Service.Name, service.Service.Namespace);
        if (service.Host != $"{name}.{@namespace}.svc.{context.ClusterDomain}")
        {
            yield break;
        }

        if (context.Client.DnsDomain == $"{@namespace}.svc.{context.ClusterDomain}")
        {
            yield return name;
        }

        yield return $"{name}.{@namespace}";
        yield return $"{name}.{@namespace}.svc";
    }

    private static string Bracket(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
}
