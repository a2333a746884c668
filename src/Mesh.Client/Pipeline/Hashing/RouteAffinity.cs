using System.Numerics;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>Stage: where the requests of a route belong, by its hash policies and by its sessions.</summary>
internal sealed class RouteAffinity
{
    private readonly RequestHashPart[] _parts;
    private readonly SessionToken? _session;

    private RouteAffinity(RequestHashPart[] parts, SessionToken? session) => (_parts, _session) = (parts, session);

    /// <summary>Null when a request of the route may go anywhere.</summary>
    public static RouteAffinity? Compile(ForwardAction action)
    {
        var session = SessionToken.Compile(action);
        return action.HashPolicies.IsEmpty && session is null
            ? null
            : new RouteAffinity([.. action.HashPolicies.Select(RequestHashPart.Of)], session);
    }

    public void Begin(OutboundCall call, Random random)
    {
        call.Affinity = _session?.Read(call.Request);
        ulong? hash = null;
        foreach (var part in _parts)
        {
            if (part.Compute(call, random) is { } value)
            {
                // The rotation keeps two policies of the same value from taking each other away (Envoy, gRFC A42).
                hash = hash is { } before ? BitOperations.RotateLeft(before, 1) ^ value : value;
            }

            if (part.IsTerminal && hash is not null)
            {
                break;
            }
        }

        // The key that the application itself gives goes before the policies.
        call.Hash ??= hash;
    }

    /// <summary>Gives the caller the cookies, or the header, that lead its next request to the same endpoint.</summary>
    public void End(OutboundCall call, OutboundEndpoint endpoint, HttpResponseMessage response)
    {
        _session?.Answer(call, endpoint.SessionName);
        if (call.Affinity is not { } affinity)
        {
            return;
        }

        affinity.Cookies.Apply(response);
        if (affinity.Header is { } header)
        {
            response.Headers.Remove(header.Name);
            response.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }
    }
}
