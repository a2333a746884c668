using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Endpoints;

/// <summary>Keeps endpoints with a policy shut when nothing checked it: <c>UseMesh()</c> is missing or stands before <c>UseRouting()</c>, or the endpoint was changed behind it.</summary>
internal static class EndpointGuard
{
    public static RequestDelegate Wrap(RequestDelegate endpoint) => context =>
    {
        var chosen = context.GetEndpoint();
        return chosen is not null && ReferenceEquals(context.Features.Get<EndpointPermit>()?.Endpoint, chosen)
            ? endpoint(context)
            : throw new InvalidOperationException(
                $"Endpoint '{chosen?.DisplayName}' has a mesh policy, but no UseMesh() checked it. Call app.UseMesh() after app.UseRouting() and before the endpoints.");
    };
}
