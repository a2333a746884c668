using Bookinfo.AppHost.Processes;

namespace Bookinfo.AppHost;

/// <summary>One run of the sample: starts its processes, waits until the page works, and stops them all.</summary>
internal sealed class BookinfoRun(AppHostOptions options, Progress progress, TextWriter output)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    /// <summary>For the port of the gateway, when everything else listens.</summary>
    private static readonly TimeSpan GatewayLimit = TimeSpan.FromSeconds(60);

    /// <summary>0 when the user stopped it, 1 when something went wrong.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            Preflight.Check(options);
            using var folder = new RunFolder();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var copy = options.IsSample ? new ConfigCopy(options.ConfigFolder, folder.Config) : null;
            copy?.Update();
            _ = copy?.FollowAsync(ended.Token);
            await using var group = new ProcessGroup(BuiltPrograms.DotnetHost, options.Verbose ? progress.Echo : progress.EchoTrouble);
            await RunAsync(group, folder, stop);
            await ended.CancelAsync();
            progress.Say("bookinfo", "stopping");
            return 0;
        }
        catch (AppHostException exception)
        {
            progress.Fail(exception.Message);
            return 1;
        }
    }

    private async Task RunAsync(ProcessGroup group, RunFolder folder, CancellationToken stop)
    {
        try
        {
            var report = await StartAsync(group, folder, stop);
            await output.WriteLineAsync(options.Json ? report.ToJson() : report.ToText());
            await output.FlushAsync(CancellationToken.None);

            var ended = await group.FirstEnd.WaitAsync(stop);
            throw new AppHostException(ended.DescribeEnd() + "\nEverything else is stopped too.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task<RunReport> StartAsync(ProcessGroup group, RunFolder folder, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        try
        {
            var process = group.Start(ControlPlane.Program(options, options.IsSample ? folder.Config : options.ConfigFolder, folder));
            progress.Say(ControlPlane.Name, $"starting (process {process.Id})");
            var controlPlane = ControlPlane.Read(await group.WhileAllLiveAsync(process.Ready, limit.Token));
            progress.Say(ControlPlane.Name, $"ready: {controlPlane.Http}, xDS {controlPlane.Xds}, TLS {controlPlane.SecureAddress}");

            var entrance = await StartGatewayAsync(group, controlPlane, folder, limit.Token);
            var workloads = await StartWorkloadsAsync(group, controlPlane, folder, limit.Token);
            var page = workloads.Single(entry => entry.Service == "productpage").Address + "/productpage";
            var gateway = await ReadGatewayAsync(group, entrance, limit.Token);
            using var probe = new ReadinessProbe(controlPlane, [page, .. gateway.Page is { } outside ? [outside] : Array.Empty<string>()], workloads, progress);
            await group.WhileAllLiveAsync(probe.WaitAsync(limit.Token), limit.Token);

            return new RunReport(page, Environment.ProcessId, options.ConfigFolder, options.IsSample ? folder.Config : options.ConfigFolder, new(process.Id, controlPlane.Xds, controlPlane.SecureAddress, controlPlane.Http), workloads, gateway);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new AppHostException($"Bookinfo was not ready within {StartLimit.TotalSeconds:0} s. The lines above tell what is missing; --verbose shows what the processes log.");
        }
    }

    private async Task<ChildProcess> StartGatewayAsync(ProcessGroup group, ControlPlane controlPlane, RunFolder folder, CancellationToken cancellationToken)
    {
        using var tokens = new IdentityTokens(controlPlane, folder);
        var gateway = Workload.Gateway();
        var tokenFile = await tokens.IssueAsync(gateway, cancellationToken);
        var process = group.Start(gateway.ToProgram(options.GatewayPort, controlPlane.SecureAddress, tokenFile, options.Otlp));
        progress.Say(gateway.Name, $"starting (process {process.Id})");
        return process;
    }

    private async Task<RunReport.GatewayEntry> ReadGatewayAsync(ProcessGroup group, ChildProcess process, CancellationToken cancellationToken)
    {
        // A gateway opens the ports that Gateway resources ask for, and no others.
        if (!GatewayConfig.Exists(options.ConfigFolder) || await OpenAsync(group, process, cancellationToken) is not { } address)
        {
            progress.Say(process.Name, "port 8080 is not open: no Gateway resource of the configuration asks this gateway for it");
            return new(process.Name, process.Id, null, null);
        }

        progress.Say(process.Name, $"listening: {address}");
        return new(process.Name, process.Id, address, address + "/productpage");
    }

    /// <summary>Null when it does not open in time.</summary>
    private static async Task<string?> OpenAsync(ProcessGroup group, ChildProcess process, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(GatewayLimit);
        try
        {
            return await group.WhileAllLiveAsync(process.Ready, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<List<RunReport.WorkloadEntry>> StartWorkloadsAsync(
        ProcessGroup group, ControlPlane controlPlane, RunFolder folder, CancellationToken cancellationToken)
    {
        using var tokens = new IdentityTokens(controlPlane, folder);
        var started = new List<(Workload Workload, ChildProcess Process)>();
        foreach (var workload in Workload.All())
        {
            var port = workload.Service == "productpage" ? options.PagePort : 0;
            var tokenFile = await tokens.IssueAsync(workload, cancellationToken);
            var process = group.Start(workload.ToProgram(port, controlPlane.SecureAddress, tokenFile, options.Otlp));
            progress.Say(workload.Name, $"starting (process {process.Id})");
            started.Add((workload, process));
        }

        // All of them start at once; this only reports them in order.
        var entries = new List<RunReport.WorkloadEntry>();
        foreach (var (workload, process) in started)
        {
            var address = await group.WhileAllLiveAsync(process.Ready, cancellationToken);
            progress.Say(workload.Name, $"listening: {address}");
            entries.Add(new(workload.Name, workload.Service, workload.Version, workload.Pod, process.Id, address, workload.Metrics));
        }

        return entries;
    }
}
