namespace Mesh.Cli.Certificates;

/// <summary>Renews the files at half of each certificate's life, and goes on trying when that fails.</summary>
internal sealed class RenewalLoop(Enrolment enrolment, CertificateFolder files, TextWriter log, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(IssuedFiles current, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(UntilRenewal(current), time, cancellationToken);
            try
            {
                // When the last one has expired, the token may still be good.
                var isGood = current.Leaf.NotAfter.ToUniversalTime() > time.GetUtcNow();
                current = await enrolment.IssueAsync(isGood ? current : null, cancellationToken);
                files.Write(current);
                await log.WriteLineAsync($"{current.Leaf.SerialNumber} is good until {current.Leaf.NotAfter.ToUniversalTime():u}.");
            }
            catch (CommandException exception)
            {
                await log.WriteLineAsync($"meshctl: {exception.Message} Trying again.");
            }
        }
    }

    /// <summary>Half of what is left, so that the tries come closer together as the end does.</summary>
    private TimeSpan UntilRenewal(IssuedFiles current)
    {
        var life = current.Leaf.NotAfter - current.Leaf.NotBefore;
        var left = current.Leaf.NotAfter.ToUniversalTime() - time.GetUtcNow();
        var wait = left > life / 2 ? left - (life / 2) : left / 2;
        return wait > Shortest ? wait : Shortest;
    }
}
