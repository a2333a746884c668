using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>The tables of <c>proxy-config</c>, in istioctl's columns and a few more.</summary>
internal static class ResourceViews
{
    private const string Fqdn = "Only of this host: whole, or its first labels.";
    private const string Port = "Only of this port.";
    private const string Subset = "Only of this subset.";
    private const string Direction = "Only inbound or outbound.";
    private const string Name = "Only the resource of this name.";

    public static IReadOnlyList<ResourceView> All { get; } =
    [
        new ResourceView("listener", "listeners", ["LDS"], ListenerRows.Of,
        [
            Column.Of("name", "name"), Column.Of("addresses", "address"), Column.Of("port", "port"), Column.Of("match", "match"), Column.Of("destination", "destination"),
            Column.Wide("type", "type"), Column.Wide("direction", "direction"),
        ])
        {
            Aliases = ["listeners", "l"],
            Filters = Named(("name", Name), ("port", Port), ("address", "Only of this address."), ("type", "Only HTTP or TCP."), ("direction", Direction)),
        },
        new ResourceView("route", "routes", ["RDS"], RouteRows.Of,
        [
            Column.Of("name", "name"), Column.Of("vhost name", "vhost"), Column.Of("domains", "domains"), Column.Of("match", "match"), Column.Of("virtual service", "origin"),
            Column.Wide("route", "route"), Column.Wide("rule", "rule"), Column.Wide("destination", "destination"),
        ])
        {
            Aliases = ["routes", "r"],
            Filters = Named(("name", Name), ("fqdn", Fqdn), ("port", Port), ("direction", Direction)),
        },
        new ResourceView("cluster", "clusters", ["CDS"], ClusterRows.Of,
        [
            Column.Of("service fqdn", "fqdn"), Column.Of("port", "port"), Column.Of("subset", "subset"), Column.Of("direction", "direction"), Column.Of("type", "type"), Column.Of("destination rule", "origin"),
            Column.Wide("balancing", "balancing"), Column.Wide("tls", "tls"),
        ])
        {
            Aliases = ["clusters", "c"],
            Filters = Named(("name", Name), ("fqdn", Fqdn), ("port", Port), ("subset", Subset), ("direction", Direction)),
        },
        new ResourceView("endpoint", "endpoints", ["EDS", "CDS"], EndpointRows.Of,
        [
            Column.Of("endpoint", "endpoint"), Column.Of("status", "status") with { Tone = status => status == "HEALTHY" ? Tone.Good : Tone.Bad }, Column.Of("mtls", "mtls"), Column.Of("cluster", "cluster"),
            Column.Wide("workload", "workload"), Column.Wide("locality", "locality"), Column.Wide("priority", "priority"), Column.Wide("weight", "weight"),
        ])
        {
            Aliases = ["endpoints", "ep"],
            Filters = Named(
                ("name", Name), ("fqdn", Fqdn), ("port", Port), ("subset", Subset), ("address", "Only of this address."), ("cluster", "Only of this cluster."), ("status", "Only of this status, such as HEALTHY or DRAINING.")),
        },
        new ResourceView("secret", "secrets", ["SDS"], (name, secret) => SecretRows.Of(name, secret, TimeProvider.System.GetUtcNow()),
        [
            Column.Of("resource name", "name"), Column.Of("type", "type"), Column.Of("status", "status"), Column.Of("valid cert", "valid"), Column.Of("serial number", "serial"),
            Column.Of("not after", "notAfter"), Column.Of("not before", "notBefore"), Column.Wide("subject", "subject"),
        ])
        {
            Aliases = ["secrets", "s"],
            Filters = Named(("name", Name)),
        },
    ];

    private static Dictionary<string, string> Named(params (string Option, string Description)[] filters) =>
        filters.ToDictionary(filter => filter.Option, filter => filter.Description, StringComparer.Ordinal);
}
