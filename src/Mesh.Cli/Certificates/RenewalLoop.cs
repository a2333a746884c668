using Mesh.Client.Identity.Issuing;

namespace Mesh.Cli.Certificates;

/// <summary>Renews the files when a workload would renew its own certificate, and goes on trying as one does.</summary>
internal sealed class RenewalLoop(Enrolment enrolment, CertificateFolder files, TextWriter log, TimeProvider time, Random random)
{
    /// <summary>Machines sleep and clocks are set: what is due is looked at again and again.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(100);

    private readonly RotationSchedule _schedule = new(random);

    public async Task RunAsync(IssuedFiles current, CancellationToken cancellationToken)
    {
        _schedule.Obtained(time.GetUtcNow(), EndOf(current));
        while (!cancellationToken.IsCancellationRequested)
        {
            while (!_schedule.IsDue(time.GetUtcNow()))
            {
                var left = _schedule.Due - time.GetUtcNow();
                await Task.Delay(left > LongestLook ? LongestLook : left < ShortestLook ? ShortestLook : left, time, cancellationToken);
            }

            try
            {
                // When the last one has expired, the token may still be good.
                current = await enrolment.IssueAsync(EndOf(current) > time.GetUtcNow() ? current : null, cancellationToken);
                files.Write(current);
                _schedule.Obtained(time.GetUtcNow(), EndOf(current));
                await log.WriteLineAsync($"{current.Leaf.SerialNumber} is good until {EndOf(current):u}.");
            }
            catch (CommandException exception)
            {
                _schedule.Failed(time.GetUtcNow());
                await log.WriteLineAsync($"meshctl: {exception.Message} Trying again.");
            }
        }
    }

    private static DateTimeOffset EndOf(IssuedFiles files) => files.Leaf.NotAfter.ToUniversalTime();
}
