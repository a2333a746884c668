namespace Mesh.Client.Transport.Tls;

/// <summary>Waits for what an event tells of, and no longer than a connection may.</summary>
internal static class PatientWait
{
    /// <param name="follow">Takes part in the event.</param>
    /// <param name="leave">And no more.</param>
    /// <param name="isReached">Looked at now, and whenever the event fires.</param>
    /// <param name="patience">How long at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was reached in time.</returns>
    public static async Task<bool> UntilAsync(
        Action<Action> follow, Action<Action> leave, Func<bool> isReached, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        follow(Look);
        try
        {
            Look();
            await reached.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            leave(Look);
        }

        void Look()
        {
            if (isReached())
            {
                reached.TrySetResult();
            }
        }
    }
}
