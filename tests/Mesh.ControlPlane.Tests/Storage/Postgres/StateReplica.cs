using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Storage.Postgres;
using Mesh.ControlPlane.Tests.Authority;
using Mesh.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Storage.Postgres;

/// <summary>The authority and the tokens of one control plane over the database that several share.</summary>
internal sealed class StateReplica : IAsyncDisposable
{
    private StateReplica(PostgresDatabase database, PostgresState state, LogCollector logs)
    {
        (Database, State, Logs) = (database, state, logs);
        Authority = CertificateAuthority.Open(
            new AuthoritySettings { TrustDomain = AuthorityBed.TrustDomain }, state, TimeProvider.System, logs.CreateLogger<CertificateAuthority>());
        Tokens = new TokenStore(state, () => Authority.Pins, TimeProvider.System, logs.CreateLogger<TokenStore>());
    }

    public PostgresDatabase Database { get; }

    public PostgresState State { get; }

    public LogCollector Logs { get; }

    public CertificateAuthority Authority { get; }

    public TokenStore Tokens { get; }

    public static async Task<StateReplica> StartAsync(string connectionString, string? sealKeyFile = null)
    {
        var logs = new LogCollector();
        var database = await PostgresDatabase.OpenAsync(
            new PostgresSettings { ConnectionString = connectionString, SealKeyFile = sealKeyFile },
            logs.CreateLogger<PostgresDatabase>(),
            TimeProvider.System,
            new Random(1),
            TestContext.Current.CancellationToken);
        PostgresState? state = null;
        try
        {
            state = new PostgresState(database, logs.CreateLogger<PostgresState>());
            return new StateReplica(database, state, logs);
        }
        catch
        {
            await (state?.DisposeAsync() ?? ValueTask.CompletedTask);
            await database.DisposeAsync();
            throw;
        }
    }

    public IssuedCertificate Issue(string serviceAccount) =>
        Authority.Issue(new IssueRequest(AuthorityBed.Id(serviceAccount), AuthorityBed.Csr(), "test"));

    public async ValueTask DisposeAsync()
    {
        Authority.Dispose();
        await State.DisposeAsync();
        await Database.DisposeAsync();
        Logs.VerifyNoUnexpected();
    }
}
