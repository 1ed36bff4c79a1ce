using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace P1Bridge.Core.Telegrams;

/// <summary>
/// Opens cipher frames: AES-128-GCM with a tag of 96 bits (DLMS suite 0; Luxmetering P1 specification 1.1.3, section 3.2.5).
/// The plain bytes stay valid until the next frame.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "One per meter for the life of the program; the keys' handles release themselves.")]
sealed class FrameDecryptor
{
    const int BlockLength = 16;
    const int VectorLength = 12;

    /// <summary>GCM counts its key stream from 1; the first block is the tag's.</summary>
    const uint FirstBlock = 2;

    readonly byte[] _plain = new byte[CipherFrame.MaximumLength + BlockLength];
    readonly byte[] _associated = new byte[1 + DecryptionOptions.KeyLength];
    readonly AesGcm? _gcm;
    readonly Aes? _aes;
    int _length;

    public FrameDecryptor(DecryptionOptions options)
    {
        var authenticationKey = options.AuthenticationKey.IsEmpty ? DecryptionOptions.LuxembourgAuthenticationKey : options.AuthenticationKey;
        if (options.Key.Length != DecryptionOptions.KeyLength || authenticationKey.Length != DecryptionOptions.KeyLength)
            throw new ArgumentException("a decryption key and an authentication key have 16 bytes each", nameof(options));
        _associated[0] = CipherFrame.SecurityControl;
        authenticationKey.Span.CopyTo(_associated.AsSpan(1));
        if (options.CheckTag)
        {
            _gcm = new AesGcm(options.Key.Span, CipherFrame.TagLength);
            return;
        }
        _aes = Aes.Create();
        _aes.SetKey(options.Key.Span);
    }

    /// <summary>Whether the tag is checked.</summary>
    public bool ChecksTag => _gcm is not null;

    /// <summary>The plain bytes of the frame opened last.</summary>
    public ReadOnlySpan<byte> Opened => _plain.AsSpan(0, _length);

    /// <summary>The counter of the frame opened last; null before the first.</summary>
    public uint? FrameCounter { get; private set; }

    /// <summary>How often the counter did not rise. No error: a meter begins anew after a restart.</summary>
    public long FrameCounterSetbacks { get; private set; }

    /// <summary>Decrypts; false when the frame is not genuine or, without a tag check, does not become a telegram.</summary>
    public bool TryOpen(in CipherFrame frame, ReadOnlySpan<byte> bytes)
    {
        Span<byte> vector = stackalloc byte[VectorLength];
        CipherFrame.TitleOf(bytes).CopyTo(vector);
        frame.CounterOf(bytes).CopyTo(vector[CipherFrame.TitleOf(bytes).Length..]);
        var ciphertext = frame.CiphertextOf(bytes);
        _length = ciphertext.Length;
        if (!(ChecksTag ? TryDecrypt(vector, ciphertext, frame.TagOf(bytes)) : DecryptUnchecked(vector, ciphertext))) return false;
        var counter = BinaryPrimitives.ReadUInt32BigEndian(frame.CounterOf(bytes));
        if (counter <= FrameCounter) FrameCounterSetbacks++;
        FrameCounter = counter;
        return true;
    }

    bool TryDecrypt(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag)
    {
        try
        {
            _gcm!.Decrypt(vector, ciphertext, tag, _plain.AsSpan(0, _length), _associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>The key stream is the encrypted counter blocks; a telegram begins with '/'.</summary>
    bool DecryptUnchecked(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> ciphertext)
    {
        var blocks = (_length + BlockLength - 1) / BlockLength;
        var stream = _plain.AsSpan(0, blocks * BlockLength);
        for (var block = 0; block < blocks; block++)
        {
            var at = block * BlockLength;
            vector.CopyTo(stream[at..]);
            BinaryPrimitives.WriteUInt32BigEndian(stream[(at + VectorLength)..], FirstBlock + (uint)block);
        }
        _aes!.EncryptEcb(stream, stream, PaddingMode.None);
        for (var i = 0; i < ciphertext.Length; i++)
            stream[i] ^= ciphertext[i];
        return stream[0] == (byte)'/';
    }
}
