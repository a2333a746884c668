using System.Collections.Immutable;
using Mesh.Config.Istio.Security;
using Mesh.Config.Stores;
using Mesh.Protocol.Extensions.Keys;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Keys;

/// <summary>Takes the word of workloads that an issuer has new keys, and has it asked: only where a policy for the workload names it, and not more often than <see cref="KeyOptions.OnDemandInterval"/>.</summary>
/// <param name="keys">Ask the issuers.</param>
/// <param name="current">The configuration in force.</param>
/// <param name="readRoot">The root namespace of the mesh, as the configuration says now.</param>
internal sealed class KeyReports(KeyRefresher keys, Func<ConfigSnapshot> current, Func<string> readRoot)
{
    // Replaced as a whole when the configuration has changed: a report must cost no search.
    private volatile Index _index = new(null, Enumerable.Empty<(string, string, KeyLocation)>().ToLookup(rule => (rule.Item1, rule.Item2), rule => rule.Item3));

    /// <param name="endpoints">Of the port.</param>
    /// <param name="findNamespace">Authenticates the caller and tells the namespace of its workload; null on the plaintext port, where nobody can prove anything.</param>
    public void Map(IEndpointRouteBuilder endpoints, Func<GrpcServerCall<UnknownKeyReport, UnknownKeyReceipt>, ValueTask<string?>>? findNamespace) =>
        endpoints.MapGrpcUnary(KeyMethods.ReportUnknownKey, async (report, call) =>
        {
            Take(report.Issuer, findNamespace is null ? null : await findNamespace(call) ?? "");
            return new UnknownKeyReceipt();
        });

    /// <param name="issuer">As a policy names it.</param>
    /// <param name="namespace">Of the workload; null for one that cannot prove it, and every namespace's policies count.</param>
    public void Take(string issuer, string? @namespace)
    {
        var index = Current();
        string[] namespaces = @namespace is { } own ? [own, readRoot()] : [.. index.Namespaces];
        foreach (var location in namespaces.Distinct(StringComparer.Ordinal).SelectMany(name => index.Locations[(name, issuer)]).Distinct())
        {
            keys.RefreshSoon(location);
        }
    }

    private Index Current()
    {
        var (config, index) = (current(), _index);
        return ReferenceEquals(index.Source, config) ? index : _index = new Index(config, Read(config));
    }

    private static ILookup<(string Namespace, string Issuer), KeyLocation> Read(ConfigSnapshot config) =>
    (
        from resource in config.Resources.Values
        where resource.Spec is RequestAuthentication
        from rule in ((RequestAuthentication)resource.Spec!).JwtRules
        where rule.Jwks.Length == 0
        select (resource.Id.Namespace, rule.Issuer, Location: KeyLocation.Of(rule))
    ).ToLookup(rule => (rule.Namespace, rule.Issuer), rule => rule.Location);

    private sealed record Index(ConfigSnapshot? Source, ILookup<(string Namespace, string Issuer), KeyLocation> Locations)
    {
        public ImmutableArray<string> Namespaces { get; } = [.. Locations.Select(group => group.Key.Namespace).Distinct(StringComparer.Ordinal)];
    }
}
