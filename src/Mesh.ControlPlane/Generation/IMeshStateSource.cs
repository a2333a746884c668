namespace Mesh.ControlPlane.Generation;

/// <summary>Where the newest state comes from.</summary>
internal interface IMeshStateSource
{
    /// <summary>Safe to read from any thread.</summary>
    MeshState Current { get; }

    /// <summary>Raised after <see cref="Current"/> was replaced; handlers must return at once.</summary>
    event Action? Changed;
}
