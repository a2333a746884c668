namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>Lets the owner alone start and stop a server: signals of the process are for the outer host.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
