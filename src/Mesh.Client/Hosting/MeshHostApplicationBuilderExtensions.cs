using Mesh.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Puts an application into the mesh.</summary>
public static class MeshHostApplicationBuilderExtensions
{
    /// <inheritdoc cref="MeshServiceCollectionExtensions.AddMesh"/>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Settings that go before configuration section <c>Mesh</c>.</param>
    public static IMeshBuilder AddMesh(this IHostApplicationBuilder builder, Action<MeshOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddMesh(configure);
    }
}
