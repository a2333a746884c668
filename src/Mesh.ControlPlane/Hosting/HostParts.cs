using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Hosting.Listening;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Hosting;

/// <summary>What the ports of a control plane are mapped from.</summary>
internal sealed record HostParts(MeshControlPlaneOptions Options, ILoggerFactory Loggers, TimeProvider Time, ControlPlaneState State)
{
    public void MapPlaintext(IEndpointRouteBuilder endpoints, CancellationToken stopping)
    {
        MeshStreams.Map(State, endpoints, authenticator: null, stopping);
        State.KeyReports.Map(endpoints, findNamespace: null);
        State.ClientStatus.Map(endpoints, readers: null);
        endpoints.MapGrpcFallback();
    }

    public void MapApi(IEndpointRouteBuilder endpoints, CancellationToken stopping)
    {
        var gate = new ApiGate(
            State.Security.VerifyApi, ListenPlan.AuthenticationOf(Options) == ApiAuthentication.LoopbackDevelopment, State.Security.Audit, Loggers.CreateLogger<ApiGate>());
        new RouteTable(gate, [.. ApiRoutes.Of(State, Options, stopping)]).Map(endpoints);
    }
}
