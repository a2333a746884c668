namespace Mesh.ControlPlane.Api.Routing;

/// <summary>All endpoints of the API, mapped behind its gate and in no other way.</summary>
internal sealed class RouteTable(ApiGate gate, IReadOnlyList<ApiRoute> routes)
{
    public IReadOnlyList<ApiRoute> Routes => routes;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var route in routes)
        {
            endpoints.MapMethods(route.Pattern, [route.Method], http => gate.InvokeAsync(http, route)).WithDisplayName(route.ToString()).WithMetadata(route);
        }

        endpoints.MapFallback(gate.RefuseUnknownAsync);
    }
}
