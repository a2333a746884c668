using Mesh.Client.Hosting;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Keys;
using Mesh.Server;
using Mesh.Server.Authentication;
using Mesh.Server.Authentication.Principals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes who the mesh has verified the user of a request.</summary>
public static class MeshAuthenticationBuilderExtensions
{
    /// <summary>
    /// Adds the scheme whose user is made of the token that the mesh has verified (Istio RequestAuthentication), and if asked for, of the workload that has connected.
    /// A request without either is anonymous; one with a bad token fails. Works wherever <c>UseMesh()</c> stands, with <c>[Authorize]</c> and <c>RequireAuthorization()</c>.
    /// </summary>
    /// <param name="builder">From <c>services.AddAuthentication(MeshAuthenticationDefaults.Scheme)</c>.</param>
    /// <param name="configure">How claims become the user.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">When a request comes in: <c>AddMesh()</c> was not called on the application's builder.</exception>
    public static AuthenticationBuilder AddMesh(this AuthenticationBuilder builder, Action<MeshAuthenticationOptions>? configure = null) =>
        builder.AddMesh(MeshAuthenticationDefaults.Scheme, configure);

    /// <inheritdoc cref="AddMesh(AuthenticationBuilder, Action{MeshAuthenticationOptions}?)"/>
    /// <param name="builder">From <c>services.AddAuthentication(…)</c>.</param>
    /// <param name="scheme">The scheme's name.</param>
    /// <param name="configure">How claims become the user.</param>
    public static AuthenticationBuilder AddMesh(this AuthenticationBuilder builder, string scheme, Action<MeshAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(CreateStage);
        return builder.AddScheme<MeshAuthenticationOptions, MeshAuthenticationHandler>(scheme, configure);
    }

    internal static JwtStage CreateStage(IServiceProvider services) => new(
        services.GetService<InboundPolicy>()
            ?? throw new InvalidOperationException("AddAuthentication().AddMesh() found no mesh in the application's services. Call builder.AddMesh() before builder.Build()."),
        new TokenVerifier(services.GetRequiredService<TimeProvider>(), CreateReporter(services).Report),
        RandomSource.Shared,
        services.GetRequiredService<ILogger<JwtStage>>());

    private static UnknownKeyReporter CreateReporter(IServiceProvider services) => new(
        () => services.GetService<XdsClient>()?.OpenChannel(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<UnknownKeyReporter>>());
}
