namespace Mesh.ControlPlane.Hosting;

/// <summary>The one place that takes randomness from the platform; everything else is given it, so that tests can repeat choices.</summary>
internal static class RandomSource
{
#pragma warning disable RS0030 // This is the owner of the random source.
    public static Random Default => Random.Shared;
#pragma warning restore RS0030
}
