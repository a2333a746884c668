namespace Mesh.ControlPlane.Config;

/// <summary>Where a resource was read from, for error texts; lines count from 1.</summary>
internal sealed record ResourceOrigin(string File, int Line)
{
    public override string ToString() => $"{File}:{Line}";
}
