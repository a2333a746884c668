using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration.Checks;

/// <summary>Checks <c>Mesh:ThreadPool</c>.</summary>
internal static class ThreadPoolOptionsRules
{
    private const int MostThreads = 1_000;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(1);

    public static void Check(MeshThreadPoolOptions options, ValidateOptionsResultBuilder errors)
    {
        if (options.Patience < LeastPatience || options.Patience > MostPatience)
        {
            errors.AddError($"Mesh:ThreadPool:Patience is {options.Patience}: expected {LeastPatience} to {MostPatience}.");
        }

        if (options.MaxAddedThreads is < 0 or > MostThreads)
        {
            errors.AddError($"Mesh:ThreadPool:MaxAddedThreads is {options.MaxAddedThreads}: expected 0 to {MostThreads}.");
        }
    }
}
