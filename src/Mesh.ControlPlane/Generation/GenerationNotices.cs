using Mesh.Config;

namespace Mesh.ControlPlane.Generation;

/// <summary>Tells the operator, once for each resource and reason, what a client is not given although a resource asks for it.</summary>
internal sealed class GenerationNotices(ILogger<ResourceGenerator> logger)
{
    private const int MaxRemembered = 1_024;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<(ResourceId, string)> _told = [];

    public void LeftOut(ResourceId resource, string what, string consequence)
    {
        lock (_lock)
        {
            if (_told.Count >= MaxRemembered || !_told.Add((resource, what)))
            {
                return;
            }
        }

        GenerationLog.LeftOut(logger, resource, what, consequence);
    }
}
