using Mesh.Client;
using Microsoft.AspNetCore.Builder;

namespace Microsoft.Extensions.Hosting;

/// <summary>Puts an ASP.NET Core application into the mesh.</summary>
public static class MeshWebApplicationBuilderExtensions
{
    /// <summary>
    /// Puts this application into the mesh: what it calls at once, what it receives with <c>app.UseMesh()</c>. Preferred over the overload for any
    /// <see cref="IHostApplicationBuilder"/>, because a server has services of its own.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Settings that go before configuration section <c>Mesh</c>.</param>
    /// <returns>For further settings.</returns>
    public static IMeshBuilder AddMesh(this WebApplicationBuilder builder, Action<MeshOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return ((IHostApplicationBuilder)builder).AddMesh(configure);
    }
}
