using System.Security.Cryptography;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity.Files;

/// <summary>An identity in files that somebody else renews: what is good is taken within a second, and what is not leaves the last good one in use.</summary>
internal sealed class FileIdentity(CertificateFiles files, TimeProvider time, ILogger<FileIdentity> logger) : IWorkloadIdentity, IDisposable
{
    // Handshakes look at the files at most this often, a timer at least that often.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();

    // Volatile: replaced under _lock.
    private volatile FileContent _content = FileContent.None;
    private volatile string? _error;
    private ITimer? _timer;

    // Guarded by _lock.
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private string[] _texts = [];

    public event Action? Changed;

    public bool IsConfigured => true;

    public WorkloadSvid? Current => Look().Svid is { } svid && time.GetUtcNow() <= svid.NotAfter ? svid : null;

    public string? Problem => Current is not null ? null
        : _content.Svid is { } expired ? $"the certificate of '{expired.Id}' in '{files.Certificate}' has expired at {expired.NotAfter.UtcDateTime:u}{(_error is null ? ", and nobody has replaced the file" : $", because {_error}")}"
        : $"'{files.Certificate}' holds no certificate that can be used: {_error}";

    public TrustBundles Bundles => Look().Bundles;

    /// <param name="certificate">PEM.</param>
    /// <param name="key">PEM.</param>
    /// <param name="bundle">PEM, or JSON of a trust bundle map.</param>
    public static CertificateFiles FilesOf(string certificate, string key, string bundle) => bundle.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        ? new CertificateFiles(certificate, key, null) { TrustBundleMap = bundle }
        : new CertificateFiles(certificate, key, bundle);

    /// <summary>Looks now and from time to time, so that changes are told when nobody asks.</summary>
    public void Start()
    {
        Look();
        _timer ??= time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
    }

    public void Dispose() => _timer?.Dispose();

    private FileContent Look()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _lookedAt < FreshFor && now >= _lookedAt)
            {
                return _content;
            }

            _lookedAt = now;
            if (!TryRead(now))
            {
                return _content;
            }
        }

        Changed?.Invoke();
        return _content;
    }

    private bool TryRead(DateTimeOffset now)
    {
        try
        {
            string[] texts = [Read(files.Certificate), Read(files.PrivateKey), Read(files.TrustBundleMap ?? files.Roots)];
            if (texts.AsSpan().SequenceEqual(_texts) && _error is null)
            {
                return false;
            }

            var content = FileContent.Parse(texts, isMap: files.TrustBundleMap is not null, now);
            (_error, _texts) = (null, texts);
            (var before, _content) = (_content, content);
            return before != content;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            if (_error != exception.Message)
            {
                IdentityLog.FilesRefused(logger, exception.Message);
            }

            _error = exception.Message;
            return false;
        }
    }

    private static string Read(string? file) => file is null
        ? throw new CryptographicException("expected certificate_file, private_key_file and ca_certificate_file or spiffe_trust_bundle_map_file, got only some of them.")
        : File.ReadAllText(file);
}
