using Mesh.Client.Model;
using Mesh.Client.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rules;

/// <summary>An inbound configuration ready for requests; immutable.</summary>
internal sealed class CompiledRules
{
    private readonly Dictionary<VirtualHost, RouteTable> _tables = new(ReferenceEqualityComparer.Instance);

    public CompiledRules(InboundConfiguration source)
    {
        Source = source;
        var hosts = source.Ports.Values.SelectMany(port => port.Routes.VirtualHosts).ToArray();
        HasCors = hosts.Any(host => host.Routes.Any(route => route.Cors is not null));
        foreach (var host in hosts)
        {
            _tables[host] = new RouteTable(host);
        }
    }

    public static CompiledRules Empty { get; } = new(InboundConfiguration.Empty);

    public InboundConfiguration Source { get; }

    public bool HasCors { get; }

    public Route? Find(HttpContext context, InboundPort port, Random random)
    {
        var request = context.Request;
        var authority = new Authority(request.Host.Host, request.Host.Port ?? (request.IsHttps ? 443 : 80));
        if (DomainMatch.Find(port.Routes, authority) is not { } host)
        {
            return null;
        }

        using var message = RequestMessage.Of(context);

        // A host that is not here was replaced since the request came in.
        var table = _tables.GetValueOrDefault(host) ?? new RouteTable(host);
        var index = table.Find(message, random);
        return index < 0 ? null : host.Routes[index];
    }
}
