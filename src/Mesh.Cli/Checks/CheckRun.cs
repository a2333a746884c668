namespace Mesh.Cli.Checks;

/// <summary>Asks all checks in order; what fails and may come right is asked again while there is time.</summary>
internal sealed class CheckRun(CheckContext context, TimeSpan patience, Action<CheckResult> found)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(IEnumerable<CheckCategory> categories, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        var deadline = context.Time.GetUtcNow() + patience;
        foreach (var category in categories)
        {
            var isBroken = false;
            foreach (var check in category.Checks)
            {
                var result = new CheckResult(category.Name, check, await AskUntilAsync(check, deadline, cancellationToken));
                results.Add(result);
                found(result);
                if (result.Word == "error")
                {
                    isBroken |= category.IsBasis;
                    if (check.IsBasis)
                    {
                        break;
                    }
                }
            }

            if (isBroken)
            {
                break;
            }
        }

        return results;
    }

    private async Task<string?> AskUntilAsync(Check check, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            var problem = await AskAsync(check, cancellationToken);
            if (problem is null || !check.MayComeRight || context.Time.GetUtcNow() + Pause > deadline)
            {
                return problem;
            }

            await Task.Delay(Pause, context.Time, cancellationToken);
            context.Forget();
        }
    }

    private async Task<string?> AskAsync(Check check, CancellationToken cancellationToken)
    {
        try
        {
            return (await check.Ask(context, cancellationToken)).Problem;
        }
        catch (CommandException exception)
        {
            return exception.Message;
        }
    }
}
