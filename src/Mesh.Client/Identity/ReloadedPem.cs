namespace Mesh.Client.Identity;

/// <summary>Something parsed from PEM files that is parsed again when their content changes; while that cannot be read, the last good one stays.</summary>
/// <remarks>The content is compared, not the time of the file: a rotation by symbolic link or within the clock's grain is seen too. Reading costs a hundredth of a handshake.</remarks>
internal sealed class ReloadedPem<T>(Func<string[]> read, Func<string[], T> parse)
    where T : class
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private string[] _texts = [];
    private T? _value;
    private string? _error;

    /// <summary>Why the newest content is not in use; null when it is.</summary>
    public string? Error => _error;

    /// <exception cref="CertificateUnavailableException">It could never be read.</exception>
    public T Get()
    {
        lock (_lock)
        {
            try
            {
                var texts = read();
                if (_value is null || !texts.AsSpan().SequenceEqual(_texts))
                {
                    (_value, _texts) = (parse(texts), texts);
                }

                _error = null;
                return _value;
            }
            catch (Exception exception) when (exception is not CertificateUnavailableException)
            {
                _error = exception.Message;
                return _value ?? throw new CertificateUnavailableException(exception.Message, exception);
            }
        }
    }
}
