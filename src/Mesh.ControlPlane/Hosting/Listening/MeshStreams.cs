using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Streams;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>The streams that processes keep open, which both ports serve: to whom proves who it is on one, to everybody of this machine on the other.</summary>
internal static class MeshStreams
{
    public static void Map(ControlPlaneState state, IEndpointRouteBuilder endpoints, IStreamAuthenticator? authenticator, CancellationToken stopping)
    {
        var streams = new GuardedStreams(authenticator, state.Serving.TimeProvider, stopping);
        new AdsService(state.Serving, streams).Map(endpoints);
        state.Quotas.Map(endpoints, streams);
        state.Traffic?.Loads.Map(endpoints, streams);
        state.TapStreams.Map(endpoints, streams);
        state.Modes.Map(endpoints, streams);
    }
}
