using Microsoft.AspNetCore.Builder;

namespace Mesh.Testing.InProcess;

/// <summary>A workload of an <see cref="InProcessMesh"/> that serves.</summary>
public sealed class InProcessService(WebApplication app)
{
    public WebApplication App { get; } = app;

    /// <summary>Stops as SIGTERM does: tells the mesh, drains, closes the listener.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => App.StopAsync(cancellationToken);
}
