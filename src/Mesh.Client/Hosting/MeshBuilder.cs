using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Hosting;

/// <inheritdoc cref="IMeshBuilder"/>
internal sealed class MeshBuilder(IServiceCollection services) : IMeshBuilder
{
    public IServiceCollection Services => services;
}
