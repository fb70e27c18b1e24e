import { useChat } from '@ai-sdk/react';
import {
  DefaultChatTransport,
  getToolName,
  isToolUIPart,
  lastAssistantMessageIsCompleteWithApprovalResponses,
} from 'ai';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './chat.css';

/** The chat of this page: its id is in the address, so that it stays after a reload. */
const id = location.hash.slice(1) || crypto.randomUUID();
location.hash = id;

/** Edited arguments by approval id, until they are sent: the AI SDK has no field for them. */
let edits = {};

const transport = new DefaultChatTransport({
  api: '/api/chat',
  body: () => {
    const decisions = edits;
    edits = {};
    return Object.keys(decisions).length === 0 ? {} : { decisions };
  },
});

async function load() {
  const response = await fetch(`/api/chat/${id}/messages`);
  return await response.json();
}

function Chat({ stored, isRunning }) {
  const chat = useChat({
    id,
    messages: stored,
    transport,
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
  });
  const { messages, status, error, resumeStream, setMessages } = chat;
  useEffect(() => {
    if (!isRunning) return;
    // The run may end before the stream is asked for; then only the store has its answer.
    const resume = async () => {
      await resumeStream();
      setMessages((await load()).messages);
    };
    void resume();
  }, [isRunning, resumeStream, setMessages]);
  const isBusy = status === 'submitted' || status === 'streaming';
  const stop = async () => {
    await fetch(`/api/chat/${id}/stream`, { method: 'DELETE' });
  };
  return (
    <>
      {messages.map((message) => (
        <div key={message.id} className={`message ${message.role}`}>
          {message.parts.map((part, place) => (
            <Part
              key={part.toolCallId ?? place}
              part={part}
              respond={chat.addToolApprovalResponse}
            />
          ))}
        </div>
      ))}
      {error && <p className="error">{error.message}</p>}
      <Composer isBusy={isBusy} send={(text) => chat.sendMessage({ text })} stop={stop} />
    </>
  );
}

function Part({ part, respond }) {
  if (part.type === 'text') return <span>{part.text}</span>;
  return isToolUIPart(part) ? <ToolCard part={part} respond={respond} /> : null;
}

function ToolCard({ part, respond }) {
  return (
    <div className="card" data-state={part.state}>
      <b>{getToolName(part)}</b> {part.state}
      {part.state === 'approval-requested' ? (
        <Approval part={part} respond={respond} />
      ) : (
        <pre>{JSON.stringify(part.input)}</pre>
      )}
      {part.state === 'output-available' && <pre>{JSON.stringify(part.output)}</pre>}
      {part.state === 'output-error' && <pre className="error">{part.errorText}</pre>}
    </div>
  );
}

function Approval({ part, respond }) {
  const asked = JSON.stringify(part.input);
  const [text, setText] = useState(asked);
  const [problem, setProblem] = useState('');
  const approvalId = part.approval.id;
  const approve = () => {
    try {
      if (text !== asked) edits[approvalId] = { kind: 'edit', arguments: JSON.parse(text) };
      respond({ id: approvalId, approved: true });
    } catch (thrown) {
      setProblem(thrown.message);
    }
  };
  const deny = () => respond({ id: approvalId, approved: false, reason: 'The user refused.' });
  return (
    <div>
      <textarea value={text} onChange={(event) => setText(event.target.value)} />
      {problem && <p className="error">{problem}</p>}
      <button type="button" onClick={approve}>
        {text === asked ? 'Approve' : 'Approve the change'}
      </button>{' '}
      <button type="button" onClick={deny}>
        Deny
      </button>
    </div>
  );
}

function Composer({ isBusy, send, stop }) {
  const [text, setText] = useState('');
  const submit = (event) => {
    event.preventDefault();
    if (text.trim() === '' || isBusy) return;
    send(text);
    setText('');
  };
  return (
    <form onSubmit={submit}>
      <input value={text} onChange={(event) => setText(event.target.value)} placeholder="Message" />
      {isBusy ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        <button type="submit">Send</button>
      )}
    </form>
  );
}

const { messages, isRunning } = await load();
createRoot(document.getElementById('chat')).render(
  <Chat stored={messages} isRunning={isRunning} />,
);
