using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Hosting.Starvation;

/// <summary>The thread pool as the mesh finds it, as measurements: <c>mesh.thread_pool.starved</c>, <c>mesh.thread_pool.added_threads</c>.</summary>
internal static class PoolMeter
{
    public static void Create(IMeterFactory meters, PoolWatch watch)
    {
        var meter = meters.Create(MeshTelemetry.MeterName);
        meter.CreateObservableGauge("mesh.thread_pool.starved", () => watch.IsStarved ? 1 : 0, description: "1 while the thread pool begins nothing any more.");
        meter.CreateObservableGauge("mesh.thread_pool.added_threads", () => watch.Added, "{thread}", "Threads by which the mesh has raised the minimum of the pool meanwhile.");
    }
}
