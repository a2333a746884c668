using System.Collections.Frozen;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization;

/// <summary>The authorization of every port that is in force now, compiled when the control plane changes it.</summary>
internal sealed class AuthorizationRules(InboundPolicy policy)
{
    private readonly Lock _lock = new();

    // Written under _lock, read by every request.
    private volatile PortTable _current = new(InboundConfiguration.Empty, FrozenDictionary<int, PortRules>.Empty);

    /// <summary>What a request is judged by: the policies of the port as it was admitted. Null when everybody may send everything to it.</summary>
    public PortRules? Of(HttpContext context)
    {
        if (AdmittedPort.Find(context, policy)?.Authorization is not { } admitted)
        {
            return null;
        }

        // Other than what is in force only when that was replaced since the request came in.
        var current = Find(context.Connection.LocalPort);
        return current is not null && ReferenceEquals(current.Source, admitted) ? current : new PortRules(admitted);
    }

    /// <summary>What is in force now; null when everybody may send everything to the port.</summary>
    public PortRules? Find(int port)
    {
        var current = _current;
        if (!ReferenceEquals(current.Source, policy.Current))
        {
            current = Compile();
        }

        return current.Ports.GetValueOrDefault(port);
    }

    private PortTable Compile()
    {
        lock (_lock)
        {
            var (source, before) = (policy.Current, _current);
            if (ReferenceEquals(before.Source, source))
            {
                return before;
            }

            var ports = source.Ports
                .Where(pair => pair.Value.Authorization is not null)
                .ToFrozenDictionary(pair => pair.Key, pair => Reuse(before, pair.Key, pair.Value));
            return _current = new PortTable(source, ports);
        }
    }

    // Other parts of the configuration change more often than policies.
    private static PortRules Reuse(PortTable before, int port, InboundPort now) =>
        before.Ports.GetValueOrDefault(port) is { } known && ReferenceEquals(known.Source, now.Authorization) ? known : new PortRules(now.Authorization!);

    private sealed record PortTable(InboundConfiguration Source, FrozenDictionary<int, PortRules> Ports);
}
