using Mesh.Client;
using Mesh.Client.Hosting.HttpClients;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Takes single HTTP clients into the mesh or out of it; where the call stands makes no difference.</summary>
public static class MeshHttpClientBuilderExtensions
{
    /// <summary>This client sends through the mesh, also when <see cref="MeshHttpOptions.AutoAttach"/> is off. Needs <c>AddMesh()</c>.</summary>
    public static IHttpClientBuilder AddMeshHandler(this IHttpClientBuilder builder) => Select(builder, isInMesh: true);

    /// <summary>This client sends as if there were no mesh.</summary>
    public static IHttpClientBuilder RemoveMeshHandler(this IHttpClientBuilder builder) => Select(builder, isInMesh: false);

    private static IHttpClientBuilder Select(IHttpClientBuilder builder, bool isInMesh)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<MeshClientSelection>(builder.Name, selection => selection.IsInMesh = isInMesh);
        return isInMesh ? builder.ConfigureAdditionalHttpMessageHandlers(RequireMesh) : builder;
    }

    private static void RequireMesh(IList<DelegatingHandler> handlers, IServiceProvider services)
    {
        if (services.GetService<IMeshHandlerFactory>() is null)
        {
            throw new InvalidOperationException("AddMeshHandler() needs the mesh: call AddMesh() on the application's builder or services.");
        }
    }
}
