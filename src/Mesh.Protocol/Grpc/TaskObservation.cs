namespace Mesh.Protocol.Grpc;

/// <summary>Marks a task's failure as seen, for tasks that nobody may await.</summary>
internal static class TaskObservation
{
    public static void Observe(this Task task) =>
        task.ContinueWith(
            static done => _ = done.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
