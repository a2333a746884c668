using Mesh.Server;
using Mesh.Server.Authorization.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Says who may call endpoints.</summary>
public static class MeshEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Lets only those callers reach the endpoints that <paramref name="policies"/> let pass, all of them; see <see cref="MeshPolicyAttribute"/>. Works for minimal
    /// APIs, controllers, gRPC services, hubs and groups. Without a policy, any caller with a verified identity.
    /// </summary>
    /// <param name="builder">Of the endpoints.</param>
    /// <param name="policies">Who may call.</param>
    /// <returns>The builder.</returns>
    public static TBuilder RequireMesh<TBuilder>(this TBuilder builder, params MeshPolicyAttribute[] policies)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policies);
        MeshPolicyAttribute[] added = policies.Length > 0 ? policies : [new MeshPolicyAttribute()];
        builder.Add(endpoint =>
        {
            foreach (var policy in added)
            {
                endpoint.Metadata.Add(policy);
            }
        });
        builder.Finally(static endpoint =>
        {
            if (endpoint.RequestDelegate is { } handler && !endpoint.Metadata.OfType<GuardedEndpoint>().Any())
            {
                endpoint.RequestDelegate = EndpointGuard.Wrap(handler);
                endpoint.Metadata.Add(GuardedEndpoint.Instance);
            }
        });
        return builder;
    }

    /// <summary>
    /// Lets only those peers reach the endpoints that have one of the principals, such as <c>cluster.local/ns/shop/sa/cart</c>; <c>x*</c> and <c>*x</c> are a prefix and a suffix.
    /// </summary>
    /// <param name="builder">Of the endpoints.</param>
    /// <param name="principal">A principal.</param>
    /// <param name="more">Others that may call as well.</param>
    /// <returns>The builder.</returns>
    public static TBuilder RequireMesh<TBuilder>(this TBuilder builder, string principal, params string[] more)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireMesh(new MeshPolicyAttribute { Principals = [principal, .. more] });
}
