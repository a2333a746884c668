namespace Mesh.Client.Hosting;

/// <summary>The random source that the composition injects.</summary>
internal static class RandomSource
{
    // The one place that may name it: everything else is given it, so that tests can give another.
#pragma warning disable RS0030
    public static Random Shared => Random.Shared;
#pragma warning restore RS0030
}
